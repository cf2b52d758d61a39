Option Explicit
Option Private Module

' The Python process, reached through the DLL of xlwings that "clv-xl install excel" put into its folder. The DLL
' starts the process at the first call, starts it again after it died, and ends it with Excel.

#If VBA7 Then
    Private Declare PtrSafe Function LoadLibraryW Lib "kernel32" (ByVal path As LongPtr) As LongPtr
    Private Declare PtrSafe Function GetEnvironmentVariableW Lib "kernel32" (ByVal variable As LongPtr, ByVal buffer As LongPtr, ByVal room As Long) As Long
    Private Declare PtrSafe Function GetShortPathNameW Lib "kernel32" (ByVal path As LongPtr, ByVal buffer As LongPtr, ByVal room As Long) As Long
    #If Win64 Then
        Private Const DLL As String = "clv_xl_xlwings64.dll"
        Private Declare PtrSafe Function XLPyDLLActivateAuto Lib "clv_xl_xlwings64.dll" (ByRef found As Variant, Optional ByVal config As String = "", Optional ByVal mode As Long = 1) As Long
    #Else
        Private Const DLL As String = "clv_xl_xlwings32.dll"
        Private Declare PtrSafe Function XLPyDLLActivateAuto Lib "clv_xl_xlwings32.dll" (ByRef found As Variant, Optional ByVal config As String = "", Optional ByVal mode As Long = 1) As Long
    #End If
#End If

Private Const UDFS As String = "clv_xl.hosts.xlwings_udf.book_udfs"
Private Const STARTS As Long = 1
Private Const STOPS As Long = -1

Private mLoaded As Boolean
Private mPython As Object
Private mSeen As Double ' when the process was last known to live

' Calls one function in Python; raises an error when Python cannot be reached or dies.
Public Function ClvSend(ByVal functionName As String, ByVal args As Variant) As Variant
    Dim failure As Long, failed As String
    On Error GoTo Failing
    ' The DLL asks the process whether it lives: once a second is enough, not once a cell.
    If mPython Is Nothing Or Abs(Timer - mSeen) > 1 Then ClvReach STARTS
    ClvSend = mPython.CallUDF(UDFS, functionName, args, ClvCallingBook())
    Exit Function
Failing:
    failure = Err.Number
    failed = Err.Description
    Set mPython = Nothing
    Err.Raise failure, "clv_xl", failed
End Function

Public Sub ClvStop()
    Set mPython = Nothing
    ClvReach STOPS
End Sub

' The workbook of the formula, whose date system counts: it may be another than the one with the macros.
Private Function ClvCallingBook() As Object
    Set ClvCallingBook = ThisWorkbook
    On Error Resume Next
    If TypeName(Application.Caller) = "Range" Then Set ClvCallingBook = Application.Caller.Parent.Parent
End Function

Private Sub ClvReach(ByVal mode As Long)
    Dim settings As String, python As String, found As Variant
    #If Mac Then
        ClvRefuse "vba.windows_only", ""
    #Else
        settings = ClvFolder() & "settings.ini"
        python = ClvPythonPath(settings)
        If python = "" Then ClvRefuse "vba.not_installed", settings
        If InStr(python, ":\") <> 2 And Left$(python, 2) <> "\\" Then ClvRefuse "vba.no_python", python
        If Not ClvExists(python) Then ClvRefuse "vba.no_python", python
        ClvLoad
        If XLPyDLLActivateAuto(found, ClvCommand(python, ClvLanguage(settings)), mode) <> 0 Then
            Err.Raise vbObjectError + 514, "clv_xl", CStr(found)
        End If
        If mode = STARTS Then
            Set mPython = found
            mSeen = Timer
        End If
    #End If
End Sub

' Loaded by its full path once, the DLL is found by its name alone in the declarations above.
Private Sub ClvLoad()
    Dim path As String
    If mLoaded Then Exit Sub
    path = ClvFolder() & DLL
    If LoadLibraryW(StrPtr(path)) = 0 Then ClvRefuse "vba.no_dll", path
    mLoaded = True
End Sub

' The folder that "clv-xl install excel" fills; by its short name, since VBA opens no file whose path has letters
' outside of the code page, and a user's name may have such.
Private Function ClvFolder() As String
    Dim buffer As String, variable As String, folder As String, size As Long
    buffer = String$(32767, " ")
    variable = "LOCALAPPDATA"
    size = GetEnvironmentVariableW(StrPtr(variable), StrPtr(buffer), Len(buffer))
    folder = Left$(buffer, size) & "\clv_xl\excel"
    size = GetShortPathNameW(StrPtr(folder), StrPtr(buffer), Len(buffer))
    If size > 0 Then folder = Left$(buffer, size)
    ClvFolder = folder & "\"
End Function
